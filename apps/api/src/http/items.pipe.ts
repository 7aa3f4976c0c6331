import type { PipeTransform } from '@nestjs/common';
import type { ClassConstructor } from 'class-transformer';
import { CODE, DomainError } from '#errors';
import { MembersPipe } from './members.pipe.ts';

/** Turns a body that is a list into instances of a class with class-validator's rules, or names the first that breaks one. */
export class ItemsPipe<T extends object> implements PipeTransform<unknown, T[]> {
  readonly #item: MembersPipe<T>;
  readonly #most: number;

  /** @param most items that the list may have */
  constructor(type: ClassConstructor<T>, most: number) {
    this.#item = new MembersPipe(type);
    this.#most = most;
  }

  /** @throws DomainError 02000006, 02000011, and those of the members, at `[3].dataId` */
  transform(list: unknown): T[] {
    const place = 'body';
    if (!Array.isArray(list)) {
      throw new DomainError({ code: CODE.WRONG_TYPE, place, params: { expected: 'list' } });
    }
    if (list.length > this.#most) {
      throw new DomainError({ code: CODE.TOO_MANY_ITEMS, place, params: { max: this.#most } });
    }
    return list.map((members, index) => this.#item.at(`[${index}]`, members));
  }
}
