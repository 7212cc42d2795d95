using System.Diagnostics;
using System.Globalization;

namespace SecureCollectives.Rpc.Tests.Reference;

/// <summary>The reference implementation's server, one process for all tests in a class.</summary>
public sealed class ReferenceServer : IAsyncLifetime
{
    private Process? _process;

    public int Port { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!ReferenceImplementation.IsPresent)
        {
            return;
        }

        _process = ReferenceImplementation.Start("echo_server.py");
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        var port = await _process.StandardOutput.ReadLineAsync(limit.Token);
        Port = int.Parse(port!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            _process.Kill();
            _process.Dispose();
        }
    }
}
