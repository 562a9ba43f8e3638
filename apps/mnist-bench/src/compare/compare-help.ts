/** The text of `compare --help`. */
export function compareHelp(): string {
  return `\
mnist-bench compare: tells what became faster, slower, more or less accurate beyond noise.

Usage: npm start -- compare [options] OLD.json NEW.json

The files are what --json wrote, of comparisons or of single runs. Variants are the same where
their settings are, whatever their names.

  --fail-on-loss  exit code 1 where a larger share of runs fails, anything became worse beyond
                  noise, or no variant of the old file is in the new one
  --threshold X   the least change of time and memory that counts, as a share
                  (default 0.1, and 0.2 for the time of single runs)
  -h, --help      print this text

Accuracy is judged by its differences over the seeds that both files have, or, where they share
no two, by the number of test rows; time and memory by the spread over the runs. Of each of the three,
chance alone shows a change in one of twenty comparisons in which nothing changed, at most.

Exit code: 0 done, 1 a loss with --fail-on-loss, 2 wrong options or files.`;
}
