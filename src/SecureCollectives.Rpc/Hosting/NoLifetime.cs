using Microsoft.Extensions.Hosting;

namespace SecureCollectives.Rpc;

/// <summary>
/// A host lifetime that handles no signals, because the process belongs to the application. The host runs until its owner stops it.
/// </summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
