import { useRef, useState, type ReactNode } from 'react';
import { useRows } from '@elira/sync-react';
import { byPosition, positionAt } from '../data/order.ts';
import type { Lesson, Module, Quiz } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Button } from '../design/button.tsx';
import { PlusIcon } from '../design/icons.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { ModuleSection } from './module-section.tsx';
import { moduleMove, partMove } from './outline-moves.ts';
import { TEXT } from './text.ts';
import { TitleForm } from './title-form.tsx';
import { useMoving } from './use-moving.ts';

/** The parts of a course: made, named, put in order and taken out. */
export function OutlineCard({ courseId }: { readonly courseId: string }): ReactNode {
  const modules = useRows<Module>('modules', { where: { courseId }, orderBy: byPosition });
  const lessons = useRows<Lesson>('lessons', { where: { courseId }, orderBy: byPosition });
  const quizzes = useRows<Quiz>('quizzes', { where: { courseId }, orderBy: byPosition });
  const [isAdding, setIsAdding] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const { move, announcement } = useMoving(
    list,
    [...modules, ...lessons, ...quizzes].map(({ id, position }) => id + position).join(),
  );

  const moduleStep = (module: Module, direction: 'up' | 'down'): (() => void) | undefined => {
    const position = moduleMove(modules, module.id, direction);
    if (position === undefined) return undefined;
    return () => move(module, direction, () => writes.saveModule(module.id, { version: module.version, position }));
  };
  const lessonStep = (lesson: Lesson, direction: 'up' | 'down'): (() => void) | undefined => {
    const to = partMove(modules, lessons, lesson.id, direction);
    if (to === undefined) return undefined;
    return () => move(lesson, direction, () => writes.saveLesson(lesson.id, { version: lesson.version, ...to }));
  };
  const quizStep = (quiz: Quiz, direction: 'up' | 'down'): (() => void) | undefined => {
    const to = partMove(modules, quizzes, quiz.id, direction);
    if (to === undefined) return undefined;
    return () => move(quiz, direction, () => writes.saveQuiz(quiz.id, { version: quiz.version, ...to }));
  };

  return (
    <Card>
      <SectionTitle>{TEXT.outline.title}</SectionTitle>
      <p role="status" className="sr-only">
        {announcement}
      </p>
      {modules.length === 0 && <p className="mb-4 text-soft">{TEXT.outline.empty}</p>}
      <ol ref={list} className="flex flex-col gap-5">
        {modules.map((module) => (
          <li key={module.id}>
            <ModuleSection
              module={module}
              lessons={lessons.filter(({ moduleId }) => moduleId === module.id)}
              quizzes={quizzes.filter(({ moduleId }) => moduleId === module.id)}
              step={(direction) => moduleStep(module, direction)}
              lessonStep={lessonStep}
              quizStep={quizStep}
            />
          </li>
        ))}
      </ol>
      <div className="mt-5">
        {isAdding ? (
          <TitleForm
            label={TEXT.outline.moduleTitle}
            action={TEXT.outline.add}
            onSave={(title) => writes.addModule(courseId, title, positionAt(modules, modules.length))}
            onClose={() => setIsAdding(false)}
          />
        ) : (
          <Button look="secondary" onPress={() => setIsAdding(true)}>
            <PlusIcon />
            {TEXT.outline.addModule}
          </Button>
        )}
      </div>
    </Card>
  );
}
