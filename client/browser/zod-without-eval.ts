import * as z from "zod/mini";

// zod asks `new Function` whether it may compile schemas, which the page's content security policy answers with an error in
// the console. Import this before anything that makes a schema.
z.config({ jitless: true });
