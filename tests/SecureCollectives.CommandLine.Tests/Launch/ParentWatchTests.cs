using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.CommandLine.Tests.Launch;

public sealed class ParentWatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Token_LauncherDead_FiresAndTheVerbHasTimeToEnd()
    {
        var lives = true;
        var abandoned = false;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (var watch = ParentWatch.Start(
            () =>
            {
                asked.TrySetResult();
                return Volatile.Read(ref lives);
            },
            () => abandoned = true, Limit, CancellationToken.None))
        {
            await asked.Task.WaitAsync(Limit);
            Assert.False(watch.Token.IsCancellationRequested);
            Volatile.Write(ref lives, false);
            await FiredAsync(watch.Token);
            Assert.True(watch.IsLost);
        }

        // Dispose has waited for the watching thread.
        Assert.False(abandoned);
    }

    [Fact]
    public async Task Token_VerbDoesNotEnd_IsAbandoned()
    {
        var abandoned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = ParentWatch.Start(() => false, abandoned.SetResult, TimeSpan.FromSeconds(0.1), CancellationToken.None);

        await abandoned.Task.WaitAsync(Limit);
        Assert.True(watch.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Token_OuterTokenFires_FiresWithoutLoss()
    {
        using var cancellation = new CancellationTokenSource();
        using var watch = ParentWatch.Start(() => true, static () => { }, Limit, cancellation.Token);
        await cancellation.CancelAsync();

        Assert.True(watch.Token.IsCancellationRequested);
        Assert.False(watch.IsLost);
    }

    private static async Task FiredAsync(CancellationToken token)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (token.Register(fired.SetResult))
        {
            await fired.Task.WaitAsync(Limit, CancellationToken.None);
        }
    }
}
