import type { ClientConfig } from 'pg';
import { asRole, withClient } from './connection.ts';

const COURSES = [
  {
    title: 'Watering a plant with a sensor',
    description:
      'Measure how dry the soil is, decide when that is too dry, and switch a pump.\n\nPublished: learners see this course.',
    published: true,
  },
  {
    title: 'Tracking a delivery van',
    description:
      'Read positions from a GPS module and draw them on a map.\n\nA draft: only authors see this course until it is published.',
    published: false,
  },
];

/** Two courses to look at in a new database, one published and one draft. */
export async function fillDemo(connection: ClientConfig): Promise<void> {
  await withClient(asRole(connection, 'elira_owner'), async (client) => {
    for (const { title, description, published } of COURSES) {
      await client.query('INSERT INTO courses (title, description, is_published) VALUES ($1, $2, $3)', [
        title,
        description,
        published,
      ]);
    }
  });
}
