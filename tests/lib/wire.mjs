// SPDX-License-Identifier: ISC
//
// wire.mjs - what a client that runs on Node.js says and hears, written down:
// preloaded into it, so that it speaks to the server itself, with nothing
// between them.  Read by Messages.pm.
//
//	DOORWARD_WIRE=DIR node --import .../wire.mjs CLIENT ...
//
// A file for each process, in DIR; in it a line for each piece of each TCP
// connection or child's standard input and output: its number, "tcp" or
// "pipe", "in" or "out", and the bytes in base64.
import { ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

const file = `${process.env.DOORWARD_WIRE}/${process.pid}`;
const named = new WeakMap();
let count = 0;

function note(socket, way, bytes, encoding) {
	if (bytes === null || bytes === undefined)
		return;
	if (!named.has(socket) && socket._handle?.constructor.name === 'TCP')
		named.set(socket, `${count++} tcp`);
	if (named.has(socket))
		appendFileSync(file, `${named.get(socket)} ${way} ` +
		    `${Buffer.from(bytes, encoding).toString('base64')}\n`);
}

const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (...args) {
	const error = spawn.apply(this, args);
	const name = `${count++} pipe`;
	for (const pipe of [this.stdin, this.stdout])
		if (pipe)
			named.set(pipe, name);
	return error;
};

const { push, _write, _writev } = net.Socket.prototype;
net.Socket.prototype.push = function (bytes, ...more) {
	note(this, 'in', bytes, ...more);
	return push.call(this, bytes, ...more);
};
net.Socket.prototype._write = function (bytes, encoding, done) {
	note(this, 'out', bytes, encoding);
	return _write.call(this, bytes, encoding, done);
};
net.Socket.prototype._writev = function (all, done) {
	for (const { chunk, encoding } of all)
		note(this, 'out', chunk, encoding);
	return _writev.call(this, all, done);
};
