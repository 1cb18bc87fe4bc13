// The official Graph client for JavaScript, pointed at the service: a client for each person and host, and the lines that
// say how an operation went.

import assert from "node:assert/strict";
import graph from "@microsoft/microsoft-graph-client";

const { AuthenticationHandler, Client, GraphError, RetryHandler } = graph;

const hosts = process.argv.slice(2);
const label = "microsoft-graph-client";

const clients = new Map();
let next = 0;

/**
 * Stands for the proxy that ends TLS in front of a service: the client sends tokens and follows links over HTTPS alone, and
 * the service speaks HTTP.
 */
class Proxy {
    async execute(context) {
        const answer = await fetch(context.request.replace("https:", "http:"), context.options);
        const text = (await answer.text()).replace('"@odata.nextLink":"http:', '"@odata.nextLink":"https:');
        context.response = new Response(text || null, answer);
    }
}

/** Returns the client of a person, for the next host. */
export function client(token) {
    const host = hosts[next++ % hosts.length];
    const key = `${token} ${host}`;
    if (!clients.has(key)) {
        const authentication = new AuthenticationHandler({ getAccessToken: async () => token });
        const retry = new RetryHandler();
        authentication.setNext(retry);
        retry.setNext(new Proxy());
        clients.set(key, Client.initWithMiddleware({
            baseUrl: host.replace("http:", "https:"),
            defaultVersion: "v1.0",
            customHosts: new Set([new URL(host).hostname]),
            middleware: authentication,
        }));
    }
    return clients.get(key);
}

/** Runs an operation and prints how it went. It may return what differs from the plain use of the client. */
export async function operation(name, run) {
    let result = "works";
    try {
        const note = await run();
        if (note) result += ` (${note})`;
    } catch (error) {
        process.exitCode = 1;
        result = `FAILED: ${told(error).replaceAll(/\s+/g, " ").slice(0, 300)}`;
        console.error(error);
    }
    console.log([label, name, result].join("\t"));
}

export function told(error) {
    return error instanceof GraphError ? `${error.statusCode} ${error.code}: ${error.message}` : String(error);
}

/** Checks that the call is refused, as the client's own error says it. */
export async function refused(promise, status, code) {
    const error = await failure(promise);
    assert.deepEqual([error.statusCode, error.code], [status, code], told(error));
    assert.ok(error.message && error.date, "the error lacks its message or its date");
    return error;
}

export async function failure(promise) {
    let answer;
    try {
        answer = await promise;
    } catch (error) {
        assert.ok(error instanceof GraphError, String(error));
        return error;
    }
    throw new assert.AssertionError({ message: `it was accepted: ${JSON.stringify(answer)}` });
}
