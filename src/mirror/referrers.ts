/**
 * What becomes of the manifests that refer to an image, such as signatures: `auto` takes them along with what is
 * copied, `always` looks for them at tags that are up to date as well, `none` leaves them.
 */
export type ReferrersChoice = 'auto' | 'always' | 'none'
