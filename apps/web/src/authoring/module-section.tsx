import { useState, type ReactNode } from 'react';
import { positionAt } from '../data/order.ts';
import type { Lesson, Module, Quiz } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Button, IconButton } from '../design/button.tsx';
import { Confirm } from '../design/dialog.tsx';
import { PenIcon, PlusIcon, TrashIcon } from '../design/icons.tsx';
import { LessonRow } from './lesson-row.tsx';
import { MoveButtons } from './move-buttons.tsx';
import { QuizRow } from './quiz-row.tsx';
import { RemovedMark } from './removed-mark.tsx';
import { TEXT } from './text.ts';
import { TitleForm } from './title-form.tsx';

type Step = (() => void) | undefined;

export type ModuleSectionProps = {
  readonly module: Module;
  readonly lessons: readonly Lesson[];
  readonly quizzes: readonly Quiz[];
  readonly step: (direction: 'up' | 'down') => Step;
  readonly lessonStep: (lesson: Lesson, direction: 'up' | 'down') => Step;
  readonly quizStep: (quiz: Quiz, direction: 'up' | 'down') => Step;
};

export function ModuleSection({ module, lessons, quizzes, step, lessonStep, quizStep }: ModuleSectionProps): ReactNode {
  const [adding, setAdding] = useState<'lesson' | 'quiz'>();
  const isRemoved = module.deletedAt !== null;
  return (
    <section aria-label={module.title} className="rounded-xl border border-line bg-paper">
      <ModuleHead module={module} lessons={lessons} step={step} />
      {lessons.length + quizzes.length === 0 && (
        <p className="px-4 pb-3 text-[0.9375rem] text-faint">{TEXT.outline.emptyModule}</p>
      )}
      <ol className="flex flex-col">
        {lessons.map((lesson) => (
          <li key={lesson.id} className="border-t border-line">
            <LessonRow lesson={lesson} onUp={lessonStep(lesson, 'up')} onDown={lessonStep(lesson, 'down')} />
          </li>
        ))}
        {quizzes.map((quiz) => (
          <li key={quiz.id} className="border-t border-line">
            <QuizRow quiz={quiz} onUp={quizStep(quiz, 'up')} onDown={quizStep(quiz, 'down')} />
          </li>
        ))}
      </ol>
      {!isRemoved && (
        <div className="border-t border-line p-3">
          {adding === undefined ? (
            <div className="flex flex-wrap gap-1">
              <Button look="quiet" size="small" onPress={() => setAdding('lesson')}>
                <PlusIcon />
                {TEXT.outline.addLesson}
              </Button>
              <Button look="quiet" size="small" onPress={() => setAdding('quiz')}>
                <PlusIcon />
                {TEXT.outline.addQuiz}
              </Button>
            </div>
          ) : (
            <TitleForm
              key={adding}
              label={adding === 'lesson' ? TEXT.outline.lessonTitle : TEXT.outline.quizTitle}
              action={TEXT.outline.add}
              onSave={(title) =>
                adding === 'lesson'
                  ? writes.addLesson(module.id, title, positionAt(lessons, lessons.length))
                  : writes.addQuiz(module.id, title, positionAt(quizzes, quizzes.length))
              }
              onClose={() => setAdding(undefined)}
            />
          )}
        </div>
      )}
    </section>
  );
}

function ModuleHead({ module, lessons, step }: Pick<ModuleSectionProps, 'module' | 'lessons' | 'step'>): ReactNode {
  const [isRenaming, setIsRenaming] = useState(false);
  if (module.deletedAt !== null) {
    return <RemovedMark title={module.title} onRestore={() => writes.restoreModule(module.id, module.version)} />;
  }
  if (isRenaming) {
    return (
      <div className="p-3">
        <TitleForm
          label={TEXT.outline.moduleTitle}
          action={TEXT.outline.save}
          initial={module.title}
          onSave={(title) => writes.saveModule(module.id, { version: module.version, title })}
          onClose={() => setIsRenaming(false)}
        />
      </div>
    );
  }
  return (
    <div className="flex items-center gap-1 py-2 pr-2 pl-4">
      <h3 className="min-w-0 flex-1 font-semibold">{module.title}</h3>
      <IconButton label={TEXT.outline.rename(module.title)} onPress={() => setIsRenaming(true)}>
        <PenIcon />
      </IconButton>
      <MoveButtons id={module.id} title={module.title} onUp={step('up')} onDown={step('down')} />
      <Confirm
        title={TEXT.outline.removeModuleTitle(module.title)}
        confirm={TEXT.outline.removeAction}
        cancel={TEXT.outline.keep}
        onConfirm={async () => {
          await writes.deleteModule(module.id);
        }}
        trigger={
          <IconButton label={TEXT.outline.remove(module.title)}>
            <TrashIcon />
          </IconButton>
        }
      >
        {TEXT.outline.removeModuleBody(lessons.filter(({ deletedAt }) => deletedAt === null).length)}
      </Confirm>
    </div>
  );
}
