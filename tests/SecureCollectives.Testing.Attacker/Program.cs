using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using SecureCollectives.Testing.Attacker;
using SecureCollectives.Testing.Attacks;

// Attacks a running worker, of this build or any other, and reports what the attack cost it. The worker is another process, given by its
// id. If only some of its threads count, THREAD is a prefix of their names.
//
// attacker chains PORT PID THREAD SECONDS CONNECTIONS NAMES NAME-LENGTH PROTOCOL SOURCES
//     Presents forged chains (NAMES 1000, NAME-LENGTH 3 or 20; NAMES 1 makes a small one).
// attacker connects PORT PID THREAD SECONDS CONNECTIONS SOURCES
//     Opens connections and resets them.
// attacker calls PORT PID THREAD CERTIFICATE KEY CONNECTIONS CALLS BYTES
//     Makes OpenLink calls that never send the last byte of their message.
// attacker keys PORT PID THREAD CERTIFICATE KEY PROTOCOL
//     Changes keys on one connection until it is closed.
var port = Number(args[1]);
var (process, thread) = (args[2], args[3]);
switch (args[0])
{
    case "chains":
        await FloodAsync(Number(args[4]), Number(args[5]), ForgedChain.Create(Number(args[6]), Number(args[7])), args[8], Number(args[9]));
        return 0;
    case "connects":
        await FloodAsync(Number(args[4]), Number(args[5]), null, "-", Number(args[6]));
        return 0;
    case "calls":
        await new UnfinishedCalls(port, args[4], args[5]).RunAsync(process, Number(args[6]), Number(args[7]), Number(args[8]));
        return 0;
    case "keys":
        ChangeKeys(args[4], args[5], args[6]);
        return 0;
    default:
        throw new ArgumentException($"Unknown attack '{args[0]}'. Use chains, connects, calls or keys.");
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

async Task FloodAsync(int seconds, int connections, SslStreamCertificateContext? chain, string protocol, int sourceCount)
{
    // All of 127.0.0.0/8 is this machine. The job's workers use 127.0.0.1.
    IPAddress[] sources = [.. Enumerable.Range(2, sourceCount).Select(host => new IPAddress([127, 0, (byte)(host >> 8), (byte)host]))];
    var flood = new ChainFlood(port, chain, new SslApplicationProtocol(protocol), sources);
    using var stop = new CancellationTokenSource();
    var running = flood.RunAsync(connections, stop.Token);
    await Task.Delay(TimeSpan.FromSeconds(2));
    var (opened, finished, used, started) = (flood.Opened, flood.Finished, ThreadTimes.Of(process, thread), Stopwatch.GetTimestamp());
    await Task.Delay(TimeSpan.FromSeconds(seconds));
    (opened, finished, used) = (flood.Opened - opened, flood.Finished - finished, ThreadTimes.Of(process, thread) - used);
    var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
    await stop.CancelAsync();
    await running;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{opened / elapsed:0} connections/s, {finished / elapsed:0.0} chains/s; the worker used {used:0.00} s of {elapsed:0.0} s: "
            + $"{100 * used / elapsed:0.0} % of a core, {1000 * used / Math.Max(1, finished):0.0} ms a chain, "
                + $"{1e6 * used / Math.Max(1, opened):0} us a connection"));
}

void ChangeKeys(string certificate, string key, string protocol)
{
    const int RecordLength = 27;
    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = 60_000 };
    socket.Connect(IPAddress.Loopback, port);
    using var peer = OpenSslPeer.Connect(socket, certificate, key, protocol);
    var (used, started, changes) = (ThreadTimes.Of(process, thread), Stopwatch.GetTimestamp(), 0L);
    while (peer.TryUpdateKey())
    {
        changes++;
    }

    var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"closed after {elapsed:0.000} s and {changes * RecordLength} bytes ({changes} key changes); the worker used "
            + $"{ThreadTimes.Of(process, thread) - used:0.000} s of processor time"));
}
