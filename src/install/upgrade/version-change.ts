/** Something that another version of Istio does otherwise. */
export interface VersionChange {
  /** The version that brought it: "1.31". */
  readonly version: string;
  /** What is different. */
  readonly what: string;
  /** What of the installation it touches: a setting, or what is installed. */
  readonly touches: string;
  /** What to do. */
  readonly remedy: string;
  /** Where Istio says so. */
  readonly page: string;
}
