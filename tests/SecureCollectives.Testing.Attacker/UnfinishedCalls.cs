using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Testing.Attacker;

/// <summary>
/// OpenLink calls that send all of a message but its last byte and then wait, so that the worker has to buffer each partial message.
/// </summary>
/// <param name="port">The worker's control port.</param>
/// <param name="certificate">The file with the caller's certificate. The CA certificate is in "ca.pem" in the same directory.</param>
/// <param name="key">The file with the caller's private key.</param>
internal sealed class UnfinishedCalls(int port, string certificate, string key)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    /// <param name="process">The id of the worker's process.</param>
    /// <param name="connections">The number of connections.</param>
    /// <param name="calls">The number of calls on each connection.</param>
    /// <param name="bytes">The length that each message declares.</param>
    public async Task RunAsync(string process, int connections, int calls, int bytes)
    {
        var before = ResidentMiB(process);
        var (peak, sent) = (before, 0L);
        using var stop = new CancellationTokenSource(Patience);
        var running = Enumerable.Range(0, connections)
            .Select(_ => ConnectAsync(calls, bytes, count => Interlocked.Add(ref sent, count), stop.Token)).ToArray();
        while (!stop.IsCancellationRequested)
        {
            peak = Math.Max(peak, ResidentMiB(process));
            await Task.Delay(20, CancellationToken.None);
        }

        var refused = (await Task.WhenAll(running)).Sum();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{connections} x {calls} calls, {sent / 1048576.0:0.0} MiB sent, {refused} calls ended by the worker; its memory grew from "
                + $"{before:0} to {peak:0} MiB, by {peak - before:0}"));
    }

    /// <returns>The number of calls that the worker ended early.</returns>
    private async Task<int> ConnectAsync(int calls, int bytes, Action<int> sent, CancellationToken stop)
    {
        using var identity = X509Certificate2.CreateFromPemFile(certificate, key);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(Path.Combine(Path.GetDirectoryName(certificate)!, "ca.pem"));
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [identity],
                CertificateChainPolicy = trust,
                // The certificate names a rank, not a host.
                RemoteCertificateValidationCallback = (_, _, _, errors) =>
                    errors is SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateNameMismatch,
            },
        };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var running = Enumerable.Range(0, calls).Select(_ => CallAsync(client, bytes, sent, stop)).ToArray();
        return (await Task.WhenAll(running)).Count(ended => ended);
    }

    private async Task<bool> CallAsync(HttpClient client, int bytes, Action<int> sent, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{port}/securecollectives.v1.Worker/OpenLink")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new UnfinishedMessage(bytes, sent, stop),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, stop);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            return !stop.IsCancellationRequested;
        }
    }

    private static double ResidentMiB(string process)
    {
        const string Field = "VmRSS:";
        var line = File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Field.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>A gRPC message that lacks its last byte and then stalls.</summary>
    private sealed class UnfinishedMessage(int bytes, Action<int> sent, CancellationToken stop) : HttpContent
    {
        private const int HeaderLength = 5;
        private const int Block = 16 * 1024;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var header = new byte[HeaderLength];
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), bytes);
            await stream.WriteAsync(header, stop);
            // An unknown field that fills the message.
            for (var rest = bytes - 1; rest > 0;)
            {
                var count = Math.Min(rest, Block);
                await stream.WriteAsync(new byte[count], stop);
                await stream.FlushAsync(stop);
                sent(count);
                rest -= count;
            }

            await Task.Delay(Timeout.Infinite, stop);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
