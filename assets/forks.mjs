// Runs that go on from others: what two of them share is drawn once, and what a run did after the
// step from which another goes on is its ghost.

export const FAINT = 0.38; // how much of a ghost is to be seen

// The pieces in which the trails of the visible runs are drawn, in order: {run, first, last, faint},
// the number of the run and of the points at both ends. Where runs are drawn `apart`, each is whole.
export function pieces(runs, apart = false) {
  const joins = ({ fork, visible }) => !apart && fork && visible && runs[fork.parent]?.visible;
  return runs.flatMap((run, i) => {
    if (!run.visible) return [];
    const first = joins(run) ? run.fork.step : 0;
    const last = Math.min(...runs.map((other) => (joins(other) && other.fork.parent === i ? other.fork.step : Infinity)));
    const own = { run: i, first, last, faint: false };
    return last < Infinity ? [own, { run: i, first: last, last: Infinity, faint: true }] : [own];
  });
}
