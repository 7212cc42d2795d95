namespace SecureCollectives.Cli.Tests.Launch;

/// <summary>Tests of the real launcher: each ends with a look at the directory in which it keeps keys, which must be empty.</summary>
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
