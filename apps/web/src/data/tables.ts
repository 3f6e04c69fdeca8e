import type { Row } from '@elira/protocol';

/** The rows that the stream brings, as the columns of their scopes say (apps/server/src/rules.ts). Times are ISO 8601 texts. */

export type Outline = readonly {
  readonly id: string;
  readonly title: string;
  readonly lessons: readonly { readonly id: string; readonly title: string }[];
  readonly quizzes: readonly { readonly id: string; readonly title: string }[];
}[];

export type Access = 'open' | 'code' | 'authors';

export type PublishedCourse = Row & {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly access?: Access;
  readonly outline?: Outline | null;
  readonly publishedAt: string | null;
};

export type PublishedLesson = Row & {
  readonly id: string;
  readonly courseId: string;
  readonly moduleId: string;
  readonly title: string;
  readonly content: string | null;
  readonly position: string;
};

export type PublishedQuiz = Row & {
  readonly id: string;
  readonly courseId: string;
  readonly moduleId: string;
  readonly title: string;
  readonly instructions: string | null;
  readonly position: string;
};

export type PublishedQuestion = Row & {
  readonly id: string;
  readonly quizId: string;
  readonly kind: 'single' | 'multiple';
  readonly prompt: string;
  readonly points: number;
  readonly position: string;
  readonly version: number;
};

export type PublishedOption = Row & {
  readonly id: string;
  readonly questionId: string;
  readonly quizId: string;
  readonly label: string;
  readonly position: string;
  readonly version: number;
};

export type QuizAttempt = Row & {
  readonly id: string;
  readonly userId: string;
  readonly courseId: string | null;
  readonly quizId: string;
  /** null until it is judged. */
  readonly courseVersion: number | null;
  /** Ids of the options chosen, by question. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
  readonly submittedAt: string;
};

export type Grade = Row & {
  readonly id: string;
  readonly userId: string;
  readonly quizId: string;
  /** null: given by staff without an attempt. */
  readonly attemptId: string | null;
  readonly courseVersion: number | null;
  readonly points: number;
  readonly maxPoints: number;
  readonly percent: number;
  /** By question. The key is there for who was enrolled when it was judged. */
  readonly detail: Readonly<Record<string, GradedQuestion>>;
  readonly reason: string | null;
  readonly gradedBy: string | null;
  readonly gradedAt: string;
};

export type GradedQuestion = {
  readonly points: number;
  readonly maxPoints: number;
  readonly correct?: readonly string[];
  readonly explanation?: string;
};

export type Enrollment = Row & {
  readonly id: string;
  readonly userId: string;
  readonly courseId: string;
  /** Percent. */
  readonly progress: number;
  readonly enrolledAt: string;
};

/** What the authors of a course tell those in it, or administrators all. */
export type Announcement = Row & {
  readonly id: string;
  /** null: to all. */
  readonly courseId: string | null;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly createdAt: string;
};

/** One row, whoever it is for; who has read it is said by `notification_reads`. */
export type Notification = Row & {
  readonly id: string;
  readonly courseId: string | null;
  readonly kind: string;
  readonly title: string;
  /** The course, announcement or grade that it leads to. */
  readonly entityId: string | null;
  readonly createdAt: string;
};

export type NotificationRead = Row & { readonly id: string; readonly notificationId: string };

/** The numbers of a course are the sums over its rows. */
export type CourseCounts = Row & {
  readonly id: string;
  readonly courseId: string;
  readonly learners: number;
  readonly active: number;
  readonly completed: number;
  readonly progress: number;
  readonly scored: number;
  readonly score: number;
};

/** What somebody did of late, for administrators. */
export type UserActivity = Row & {
  readonly id: string;
  readonly userId: string;
  readonly activityType: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
};

/** One of the newest entries of the audit; the others are read a page at a time. */
export type RecentAudit = Row & {
  readonly id: string;
  readonly courseId: string | null;
  readonly changedBy: string | null;
  readonly entityType: string;
  readonly entityId: string;
  readonly entityVersion: number | null;
  /** A column; '*' for what was made or is gone. */
  readonly fieldName: string;
  /** At most the first 4,000 characters. */
  readonly oldValue: string | null;
  readonly newValue: string | null;
  /** Of a long text: the values are what differs, from this character on. */
  readonly textOffset: number | null;
  /** Whether one of the values is longer. */
  readonly cut: boolean;
  /** Whether those right before it were too many to be sent. */
  readonly afterGap: boolean;
  readonly changedAt: string;
};

/** Whether every running server has read what was committed about a course. */
export type SyncState = Row & {
  readonly id: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly status: 'pending' | 'success' | 'failed';
  readonly lastSyncAt: string | null;
  /** Milliseconds from the commit until every server had read it. */
  readonly syncDuration: number | null;
  readonly errorMessage: string | null;
};

/** A server that runs, and what it counts. */
export type SyncServer = Row & {
  readonly id: string;
  readonly startedAt: string;
  readonly seenAt: string;
  readonly metrics: Readonly<Record<string, unknown>>;
};

export type LessonProgress = Row & {
  readonly id: string;
  readonly userId: string;
  readonly courseId: string;
  readonly lessonId: string;
  readonly completedAt: string | null;
};

/** A working row that carries the version which a save is based on. */
export type Versioned = Row & { readonly id: string; readonly version: number };

export type Course = Versioned & {
  readonly title: string;
  readonly description: string | null;
  readonly access?: Access;
  readonly isPublished: boolean;
  /** Whether the working rows differ from what learners see. */
  readonly isDraft: boolean;
  readonly publishedAt: string | null;
  readonly lastModified: string | null;
};

export type CourseAuthor = Row & {
  readonly id: string;
  readonly courseId: string;
  readonly userId: string;
  readonly role: 'owner' | 'co-author';
};

/** A mark: publishing takes the row from learners, and until then the mark can be taken back. */
type Deletable = { readonly deletedAt: string | null };

export type Module = Versioned & Deletable & { readonly courseId: string; readonly title: string; readonly position: string };

export type Lesson = Versioned &
  Deletable & {
    readonly courseId: string;
    readonly moduleId: string;
    readonly title: string;
    readonly content: string | null;
    readonly position: string;
    readonly status: 'draft' | 'ready';
  };

export type Quiz = Versioned &
  Deletable & {
    readonly courseId: string;
    readonly moduleId: string;
    readonly title: string;
    readonly instructions: string | null;
    readonly position: string;
    readonly status: 'draft' | 'ready';
  };

export type Question = Versioned &
  Deletable & {
    readonly courseId: string;
    readonly quizId: string;
    readonly kind: 'single' | 'multiple';
    readonly prompt: string;
    readonly explanation: string;
    readonly points: number;
    readonly position: string;
  };

/** Named after what it is to a question; `Option` is an element of the browser. */
export type QuizOption = Versioned &
  Deletable & {
    readonly courseId: string;
    readonly quizId: string;
    readonly questionId: string;
    readonly label: string;
    readonly isCorrect: boolean;
    readonly position: string;
  };

/** A name, for the authors of a course that the person takes part in. */
export type CoursePerson = Row & {
  readonly id: string;
  readonly courseId: string;
  readonly userId: string;
  readonly name: string;
  readonly role: 'owner' | 'co-author' | 'learner';
};

export type User = Row & {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly role?: string;
  readonly banned?: boolean | null;
  readonly createdAt?: string;
};
