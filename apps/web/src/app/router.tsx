import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router';
import { activityKind } from '../activity/activity-kind.ts';
import { auditFilters } from '../audit/audit-filters.ts';
import { CataloguePage } from '../catalogue/catalogue-page.tsx';
import { LoadingText } from '../design/states.tsx';
import { Page } from '../design/surface.tsx';
import { FailedPage } from './failed-page.tsx';
import { MissingPage } from './missing-page.tsx';
import { Shell } from './shell.tsx';

/** Every address of the application. Pages come when they are first opened, the catalogue with the application. */
const root = createRootRoute({ component: Shell, notFoundComponent: MissingPage, errorComponent: FailedPage });

const routes = [
  createRoute({ getParentRoute: () => root, path: '/', component: CataloguePage }),
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    validateSearch: (search: Record<string, unknown>): { back?: string } => {
      const back = search['back'];
      // Only addresses within the application: whoever made the link does not choose where a sign-in leads.
      return typeof back === 'string' && /^\/(?![/\\])/.test(back) ? { back } : {};
    },
    component: lazyRouteComponent(() => import('../sign-in/sign-in-page.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/courses/$courseId',
    component: lazyRouteComponent(() => import('../course/course-page.tsx'), 'CoursePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/courses/$courseId/lessons/$lessonId',
    component: lazyRouteComponent(() => import('../lesson/lesson-page.tsx'), 'LessonPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/courses/$courseId/quizzes/$quizId',
    component: lazyRouteComponent(() => import('../quiz/quiz-page.tsx'), 'QuizPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/learning',
    component: lazyRouteComponent(() => import('../my-courses/my-courses-page.tsx'), 'MyCoursesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/news',
    component: lazyRouteComponent(() => import('../news/news-page.tsx'), 'NewsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dashboard',
    component: lazyRouteComponent(() => import('../analytics/dashboard-page.tsx'), 'DashboardPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/author',
    component: lazyRouteComponent(() => import('../authoring/author-courses-page.tsx'), 'AuthorCoursesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/author/courses/$courseId',
    component: lazyRouteComponent(() => import('../authoring/author-course-page.tsx'), 'AuthorCoursePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/author/courses/$courseId/lessons/$lessonId',
    component: lazyRouteComponent(() => import('../authoring/lesson-editor-page.tsx'), 'LessonEditorPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/author/courses/$courseId/quizzes/$quizId',
    component: lazyRouteComponent(() => import('../authoring/quiz/quiz-editor-page.tsx'), 'QuizEditorPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/author/courses/$courseId/versions',
    component: lazyRouteComponent(() => import('../versions/versions-page.tsx'), 'VersionsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/author/courses/$courseId/audit',
    validateSearch: auditFilters,
    component: lazyRouteComponent(() => import('../audit/course-audit-page.tsx'), 'CourseAuditPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin',
    component: () => <Navigate to="/admin/courses" replace />,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/activity',
    validateSearch: activityKind,
    component: lazyRouteComponent(() => import('../activity/activity-page.tsx'), 'ActivityPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/audit',
    validateSearch: auditFilters,
    component: lazyRouteComponent(() => import('../audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/sync',
    component: lazyRouteComponent(() => import('../health/sync-health-page.tsx'), 'SyncHealthPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/courses',
    component: lazyRouteComponent(() => import('../admin/admin-courses-page.tsx'), 'AdminCoursesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/users',
    component: lazyRouteComponent(() => import('../admin/users-page.tsx'), 'UsersPage'),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: () => (
    <Page>
      <LoadingText />
    </Page>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
