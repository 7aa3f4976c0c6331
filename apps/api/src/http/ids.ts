import { Injectable } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { parseCampaignId, parseDataId, parseVdnId } from '#domain';
import type { Fault } from '#errors';
import { DomainError, ProblemError } from '#errors';

/** @throws DomainError 02000006, 02000007 */
export function vdnIdOf(text: string): number {
  return orThrow(parseVdnId(text));
}

/** @throws DomainError 02000006, 02000007 */
export function campaignIdOf(text: string): number {
  return orThrow(parseCampaignId(text));
}

@Injectable()
export class VdnIdPipe implements PipeTransform<string, number> {
  readonly transform = vdnIdOf;
}

@Injectable()
export class CampaignIdPipe implements PipeTransform<string, number> {
  readonly transform = campaignIdOf;
}

/** The ID of an upload; what cannot be one is the ID of none. */
@Injectable()
export class UploadIdPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    if (!isUuid(text)) throw new ProblemError({ problem: 'NOT_FOUND', place: 'uploadId' });
    return text.toLowerCase();
  }
}

/** The ID of a record; what cannot be one is the ID of none. */
@Injectable()
export class DataIdPipe implements PipeTransform<string, bigint> {
  transform(text: string): bigint {
    const id = parseDataId(text);
    if (id === null) throw new ProblemError({ problem: 'NOT_FOUND', place: 'dataId' });
    return id;
  }
}

function orThrow(id: number | Fault): number {
  if (typeof id === 'object') throw new DomainError(id);
  return id;
}
