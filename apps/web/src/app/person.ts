/** Who is signed in. */
export type Person = { readonly id: string; readonly name: string; readonly email: string; readonly role: string };
