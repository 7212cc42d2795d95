using SecureCollectives.Cli.Launch;

namespace SecureCollectives.Cli.Tests.Launch;

public sealed class ParentWatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Token_LauncherGone_FiresAndTheVerbHasTimeToEnd()
    {
        var lives = true;
        var asked = new TaskCompletionSource();
        var watch = ParentWatch.Start(
            () =>
            {
                asked.TrySetResult();
                return Volatile.Read(ref lives);
            },
            () => Assert.Fail("The verb ended in time."), CancellationToken.None);
        await asked.Task.WaitAsync(Limit);
        Assert.False(watch.Token.IsCancellationRequested);

        Volatile.Write(ref lives, false);
        Assert.True(watch.Token.WaitHandle.WaitOne(Limit));
        Assert.True(watch.IsLost);
        watch.Dispose();
    }

    [Fact]
    public async Task Token_VerbDoesNotEnd_IsAbandoned()
    {
        var abandoned = new TaskCompletionSource();
        using var watch = ParentWatch.Start(() => false, abandoned.SetResult, CancellationToken.None);

        await abandoned.Task.WaitAsync(Limit);
        Assert.True(watch.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Token_OuterTokenFires_FiresWithoutLoss()
    {
        using var cancellation = new CancellationTokenSource();
        using var watch = ParentWatch.Start(() => true, () => Assert.Fail("Nothing was lost."), cancellation.Token);
        await cancellation.CancelAsync();

        Assert.True(watch.Token.IsCancellationRequested);
        Assert.False(watch.IsLost);
    }
}
