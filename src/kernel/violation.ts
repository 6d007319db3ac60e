/** One thing wrong with one body under the contract of its stream. */
export interface Violation {
  /** Path in the body of the record that is at fault, such as `['items', 3]`; empty = the whole body. */
  readonly record: readonly (string | number)[];
  /** Path below the record of the field at fault, such as `track.duration_ms`. */
  readonly field: string;
  /** `wrong_type`, `missing_field`, `lone_surrogate`, `bad_value`. */
  readonly code: string;
  /** What was expected and what was found, for a person; never more than 200 characters of the value. */
  readonly message: string;
}
