/** What a worker's connections are called in pg_stat_activity. */
export const WORKER_NAME = 'dialgate-worker';
