// Leads every connection of the official suite to the local server; required before SDK and suite are loaded.
//
// The suite speaks HTTPS and HTTP to the vendor's host names. Both become plain HTTP to CALOTYPE_ENDPOINT, with the vendor's
// name in Host, as signed. Any other address is led to where nobody listens: nothing leaves this machine.

'use strict';

const http = require('node:http');
const https = require('node:https');
const net = require('node:net');

const address = (text) => ({ host: text.slice(0, text.lastIndexOf(':')), port: Number(text.slice(text.lastIndexOf(':') + 1)) });
const server = address(process.env.CALOTYPE_ENDPOINT.replace(/^http:\/\//, ''));
const keys = address(new URL(process.env.nodejssdkStsUrl).host);

// Regions that exist have names of two words; a test counts on `gz` being unknown to the vendor's name service.
const OFFICIAL = /((^|\.)(cos|ci)\.[a-z]+-[a-z]+|^service\.cos)\.(myqcloud\.com|tencentcos\.cn)$/;

// Reserved for a service that nobody runs, so the refusal is a real one.
const NOBODY = { host: '127.0.0.1', port: 1 };

function destination({ host, port, path }) {
  if (path) return undefined;
  if (OFFICIAL.test(host)) return server;
  return [server, keys].find((known) => known.host === host && known.port === Number(port));
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  // net.connect hands over one array of options and listener; everybody else hands over the options.
  const [options, listener] = Array.isArray(args[0]) ? args[0] : args;
  return connect.call(this, { ...options, ...(destination(options) ?? NOBODY), path: undefined }, listener);
};

http.Agent.prototype.createConnection = (options, ready) => net.connect(options, ready);
https.Agent.prototype.createConnection = (options, ready) =>
  // There is no certificate; the library asks whether one was found good.
  Object.assign(net.connect(options, ready), { authorized: true });
