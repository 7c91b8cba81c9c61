// SPDX-License-Identifier: ISC
//
// A proxy on loopback, for clients that cannot send a token or cannot speak
// to a unix socket.  All goes through as it came, what is wrong included,
// but for two things: where Host or Origin name the proxy they name the
// server, and a request without Authorization gets the token.
//
//	node proxy.mjs PORT|SOCKET	DOORWARD_TOKEN in the environment
//
// Prints the port that it listens on, and ends with its standard input.
import http from 'node:http';

const target = process.argv[2];
const port = /^\d+$/.test(target) ? Number(target) : undefined;
const to = port ? { host: '127.0.0.1', port } : { socketPath: target };
const agent = new http.Agent({ keepAlive: true });
let own;

function rename(value) {
	return value.replace(new RegExp(`^((?:http://)?[^/@]+):${own}$`),
	    port ? `$1:${port}` : '$1');
}

const proxy = http.createServer((req, res) => {
	const headers = req.rawHeaders.map((v, i) =>
	    i % 2 && /^(host|origin)$/i.test(req.rawHeaders[i - 1])
		? rename(v) : v);
	if (req.headers.authorization === undefined)
		headers.push('Authorization',
		    `Bearer ${process.env.DOORWARD_TOKEN}`);
	const on = http.request({ ...to, agent, headers, method: req.method,
	    path: req.url, setHost: false }, (answer) => {
		res.writeHead(answer.statusCode, answer.statusMessage,
		    answer.rawHeaders);
		answer.pipe(res);
	});
	on.on('error', () => res.destroy());
	res.on('close', () => on.destroy());
	req.pipe(on);
});
proxy.listen(0, '127.0.0.1', () => {
	own = proxy.address().port;
	console.log(own);
});
process.stdin.on('end', () => process.exit(0)).resume();
