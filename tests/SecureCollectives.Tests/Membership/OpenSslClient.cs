using System.Diagnostics;

namespace SecureCollectives.Tests.Membership;

/// <summary>OpenSSL's command-line client, with its standard input held open so that it stays until the server closes.</summary>
internal sealed class OpenSslClient : IDisposable
{
    private const string Program = "openssl";

    private readonly Process _process;
    private readonly MemoryStream _received = new();
    private readonly TaskCompletionSource _firstByte = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _output;
    private readonly Task<string> _error;

    private OpenSslClient(Process process)
    {
        _process = process;
        _output = ReceiveAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, Program)));

    /// <summary>Connects, and sends a request as soon as the client's handshake is complete.</summary>
    /// <param name="port">The port on this machine.</param>
    /// <param name="request">The bytes to send.</param>
    /// <param name="arguments">Further arguments for <c>openssl s_client</c>, whose output holds only the data that the server sends inside
    /// TLS.</param>
    public static async Task<OpenSslClient> StartAsync(int port, byte[] request, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, ["s_client", "-connect", $"127.0.0.1:{port}", "-quiet", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var client = new OpenSslClient(Process.Start(start)!);
        try
        {
            await client._process.StandardInput.BaseStream.WriteAsync(request);
            await client._process.StandardInput.BaseStream.FlushAsync();
        }
        catch (IOException)
        {
            // The client has exited already, because the handshake was refused.
        }

        return client;
    }

    /// <summary>Waits until the client exits, which it does only when the server closes the connection.</summary>
    public async Task<(byte[] Received, string Error)> EndAsync(TimeSpan limit)
    {
        await _process.WaitForExitAsync().WaitAsync(limit);
        await _output.WaitAsync(limit);
        return (_received.ToArray(), await _error.WaitAsync(limit));
    }

    public Task FirstByteAsync(TimeSpan limit) => _firstByte.Task.WaitAsync(limit);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[4096];
        while (await _process.StandardOutput.BaseStream.ReadAsync(buffer) is > 0 and var count)
        {
            _received.Write(buffer, 0, count);
            _firstByte.TrySetResult();
        }
    }
}
