// How a program with an OpenID Connect library talks to its parent, which plays the person and their browser.
//
// In lines of JSON: it prints {"open": url} where a person would look at a browser and reads the answer {"url", "body"} that
// came back to the application, or {"stuck"} with the page that leads nowhere; it prints {"case", "ok", "detail"} for each
// thing shown. The settings arrive as JSON in DOORWARD_FLOW.
import { createInterface } from "node:readline";

export const flow = JSON.parse(process.env.DOORWARD_FLOW);
const replies = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function look(url) {
  say({ open: url.href });
  return JSON.parse((await replies.next()).value);
}

/** What arrives at the application after the person has answered every page. */
export async function browse(url) {
  const answer = await look(url);
  ensure(!answer.stuck, `the browser does not come back: ${answer.stuck}`);
  return answer;
}

/** The page at which the person is left, because nothing leads back to the application. */
export async function strand(url) {
  const answer = await look(url);
  ensure(answer.stuck, `the browser came back to ${answer.url}`);
  return answer.stuck;
}

/** Runs one case; the flow cannot go on after a failed one. */
export async function shows(name, deed) {
  try {
    const result = await deed();
    say({ case: name, ok: true });
    return result;
  } catch (error) {
    const cause = error.cause instanceof Response ? `${error.cause.status}` : JSON.stringify(error.cause ?? "");
    say({ case: name, ok: false, detail: `${error.error ?? error.code ?? error.name}: ${error.message} ${cause}`.slice(0, 600) });
    process.exit(1);
  }
}

export function ensure(holds, sentence) {
  if (!holds) throw new Error(sentence);
}
