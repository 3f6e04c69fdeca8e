export const TEXT = {
  title: { in: 'Welcome back', up: 'Create your account' },
  under: { in: 'Sign in to go on where you left off.', up: 'It takes a name, an address and a password.' },
  name: 'Name',
  email: 'E-mail address',
  password: 'Password',
  passwordHint: 'At least 8 characters.',
  signIn: 'Sign in',
  signUp: 'Create account',
  toSignUp: 'New here?',
  toSignUpAction: 'Create an account',
  toSignIn: 'Have an account already?',
  toSignInAction: 'Sign in',
  demo: {
    title: 'This is a demonstration',
    body: 'Choose somebody to be. Open a second window to see the other side.',
    as: (name: string) => `Sign in as ${name}`,
  },
} as const;
