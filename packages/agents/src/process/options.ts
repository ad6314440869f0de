/** How a program is started as an agent, and what it may take. */
export interface ProcessOptions {
  readonly description?: string;
  /** The program and what it is started with. Nothing is read by a shell. */
  readonly command: string;
  readonly args?: readonly string[];
  /** The folder it runs in; that of this process unless given. */
  readonly cwd?: string;
  /** All of its environment: what this process knows beside, its secrets among it, the program does not see. */
  readonly env?: Readonly<Record<string, string>>;
  /** Address space of the program in MiB, where the system can bound it (POSIX). */
  readonly memoryMiB?: number;
  /** Bytes it may say in a turn; 16 MiB unless given. */
  readonly maxOutputBytes?: number;
  /** How long a program that was told to stop, or has answered, may take to end; 5 s unless given. */
  readonly graceMs?: number;
}
