export { CsvColumns, MAX_CSV_COLUMNS } from './csv-columns.ts';
