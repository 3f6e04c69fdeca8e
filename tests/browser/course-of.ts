import { signedIn } from '../../apps/server/fixture/running-server.ts';

export type MadeCourse = {
  readonly id: string;
  readonly title: string;
  readonly moduleId: string;
  readonly lessons: readonly { readonly id: string; readonly title: string }[];
};

/** Makes a course of the demonstration's instructor through the API: one module, with the lessons given as title and text. */
export async function courseOf(url: string, title: string, lessons: Readonly<Record<string, string>>): Promise<MadeCourse> {
  const author = await signedIn(url, 'instructor');
  const make = async (path: string, body: object): Promise<string> => {
    const { status, body: made, text } = await author.ask('POST', path, body);
    if (status !== 201 || typeof made['id'] !== 'string') throw new Error(`POST ${path}: ${status} ${text}`);
    return made['id'];
  };
  const id = await make('/api/admin/courses', { title, description: `About ${title}.` });
  const moduleId = await make(`/api/admin/courses/${id}/modules`, { title: 'First module' });
  const made = [];
  for (const [name, content] of Object.entries(lessons)) {
    made.push({ id: await make(`/api/admin/modules/${moduleId}/lessons`, { title: name, content }), title: name });
  }
  return { id, title, moduleId, lessons: made };
}
