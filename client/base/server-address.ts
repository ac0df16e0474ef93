/** Thrown for a text that names no server. Its message says what was expected, and leaves out any password in the text. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}

/** Where everything of one signaling server is. The server may be a folder of its host, and ask for a user and a password. */
export interface ServerAddress {
  /** The server's folder: ends in a slash and has no credentials, so that it may be shown. */
  readonly url: string;
  /** What socket.io connects to. Its path is apart: socket.io takes a path in the address for a namespace. */
  readonly origin: string;
  readonly socketPath: string;
  /** The folder of the served data, which ends in a slash. */
  readonly data: string;
  /** The folder of the served model, which ends in a slash. */
  readonly model: string;
  /** Where a page that goes sends its leave beacon. */
  readonly leave: string;
  /** The server's health check. */
  readonly health: string;
  /** To be sent with each request: the credentials, where the text had some. A browser adds its own for its page's origin. */
  readonly headers: Readonly<Record<string, string>>;
}

const example = "http://localhost:8080 or https://user:password@host/copse/";

/**
 * The addresses of the server that a person names, by its own address or by the link of one of its rooms.
 * @throws {AddressError} if the text is neither
 */
export function serverAddress(text: string): ServerAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new AddressError(`expected an address such as ${example}, got ${withoutPassword(text)}`);
  }
  const folder = serverFolder(url.pathname);
  // The rest of a room's link is the room's.
  if (folder === url.pathname && url.search !== "") {
    throw new AddressError(`expected an address such as ${example}, without a question mark, got ${withoutPassword(text)}`);
  }
  const base = `${url.origin}${folder}`;
  return {
    url: base,
    origin: url.origin,
    socketPath: `${folder}socket.io/`,
    data: `${base}data/`,
    model: `${base}model/`,
    leave: `${base}leave`,
    health: `${base}healthz`,
    headers: url.username === "" && url.password === "" ? {} : { Authorization: basicCredentials(url) },
  };
}

/** The folder of the server, with a slash at its end, by its own path or that of its page or one of its rooms. A path that ends in a slash is a folder's. */
function serverFolder(pathname: string): string {
  const folder = pathname.replace(/\/r\/[^/]+$/, "/").replace(/\/index\.html$/, "/");
  return folder.endsWith("/") ? folder : `${folder}/`;
}

/** As RFC 7617 has it, in UTF-8. */
function basicCredentials({ username, password }: URL): string {
  const bytes = new TextEncoder().encode(`${unescaped(username)}:${unescaped(password)}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** Percent-decodes a text; a % that begins no escape stays as it is. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutPassword(text: string): string {
  return text.replace(/:[^:@/]*@/, ":…@");
}
