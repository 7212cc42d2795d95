namespace SecureCollectives.Cli.Tests.Launch;

/// <summary>Tests of the real launcher. Each ends by checking that the directory in which the launcher keeps keys is empty.</summary>
public abstract class LauncherProgramTests : IDisposable
{
    private protected static readonly string Program = Path.Combine(AppContext.BaseDirectory, "secure-collectives");

    private protected TemporaryDirectory RuntimeDirectory { get; } = new();

    public void Dispose()
    {
        Assert.True(RuntimeDirectory.IsEmpty, "The launcher left a directory behind.");
        RuntimeDirectory.Dispose();
        GC.SuppressFinalize(this);
    }
}
