using Microsoft.Extensions.Hosting;

namespace SecureCollectives.Rpc;

/// <summary>The process is not ours: no signal is handled, and the host ends when its owner says so.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
