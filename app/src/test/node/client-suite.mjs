// Runs a client library's own suite, unmodified, against a running Stabbur: client-suite.mjs TARGET FOLDER ARGUMENT…
// The suites call http://localhost:54321, so what comes there is passed on. Some bring no key: the server must not ask for one,
// as the CLI's local gateway does not. The last line of the output is the result as JSON.
import { spawn } from 'node:child_process'
import { readFileSync, mkdtempSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [target, folder, ...args] = process.argv.slice(2)
const { hostname, port } = new URL(target)
const connections = new Set()
const gateway = net.createServer((client) => {
  const server = net.connect(Number(port), hostname)
  for (const each of [client, server]) {
    connections.add(each)
    each.on('error', () => each.destroy())
    each.on('close', () => {
      connections.delete(each)
      ;(each === client ? server : client).destroy()
    })
  }
  client.pipe(server).pipe(client)
})
gateway.on('error', (e) => {
  console.error(`The suites call port 54321: ${e.message}`)
  process.exit(1)
})
gateway.listen(54321, () => {
  const result = join(mkdtempSync(join(tmpdir(), 'suite-')), 'result.json')
  const jest = spawn('npx', ['jest', '--ci', '--runInBand', '--forceExit', '--coverage=false', '--json', `--outputFile=${result}`, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  jest.on('exit', () => {
    const { numTotalTests, numPassedTests, numPendingTests, testResults } = JSON.parse(readFileSync(result))
    // a file that could not be run has no cases, only a message
    const failed = testResults.flatMap((file) =>
      file.status === 'failed' && file.assertionResults.length === 0
        ? [file.message]
        : file.assertionResults.filter((each) => each.status === 'failed').map((each) => `${each.fullName}: ${each.failureMessages.join(' ').slice(0, 300)}`),
    )
    console.log(JSON.stringify({ total: numTotalTests, passed: numPassedTests, skipped: numPendingTests, failed }))
    connections.forEach((each) => each.destroy())
    gateway.close()
  })
})
