import { z } from 'zod';

/** As the tables hold it: varchar(255). */
export const title = z.string().trim().min(1).max(255);
/** Whether publishing takes a row along. */
export const status = z.enum(['draft', 'ready']);
