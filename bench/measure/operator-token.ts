/** Opens the operator's scopes to a client of the bench. */
export const OPERATOR_TOKEN = 'only-the-bench-operates-with-this-token';
