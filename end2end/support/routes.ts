// Every page of the console, as the demo's bed fills it. A new page gets a line here and is walked with the others.

export interface Place {
  path: string;
  /** The heading of the first order. */
  heading: RegExp;
  /** The answer's status; 200 when absent. */
  status?: number;
}

const cluster = "/clusters/kafka/task-events";

export const places: Place[] = [
  { path: "/", heading: /clusters/i },
  { path: cluster, heading: /task-events/ },
  { path: `${cluster}/nodes`, heading: /nodes/i },
  { path: `${cluster}/topics`, heading: /topics/i },
  { path: `${cluster}/topics?q=task&sort=-size`, heading: /topics/i },
  { path: `${cluster}/topics/task-created`, heading: /task-created/ },
  { path: `${cluster}/topics/task-created?tab=partitions`, heading: /task-created/ },
  { path: `${cluster}/topics/task-created?tab=configuration`, heading: /task-created/ },
  { path: `${cluster}/topics/task-created?tab=resource`, heading: /task-created/ },
  { path: "/clusters/dev/sandbox", heading: /sandbox/ },
  { path: "/clusters/dev/sandbox/nodes", heading: /nodes/i },
  { path: "/clusters/dev/sandbox/topics", heading: /topics/i },
  { path: "/clusters/kafka/absent", heading: /./, status: 404 },
  { path: `${cluster}/topics/absent`, heading: /./, status: 404 },
  { path: "/nowhere", heading: /./, status: 404 },
];
