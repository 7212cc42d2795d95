namespace SecureCollectives.CommandLine.Tests;

public sealed class TerminationSignalsTests
{
    private const int Sigterm = 15;

    /// <summary>A handler that was queued before the registration went runs after it all the same.</summary>
    [Fact]
    public void Take_AfterDispose_StillCancels()
    {
        var signals = new TerminationSignals();
        var token = signals.Token;
        signals.Dispose();
        signals.Take(Sigterm);

        Assert.True(token.IsCancellationRequested);
        Assert.Equal(Sigterm, signals.Received);
    }

    [Fact]
    public void Received_SeveralSignals_IsTheFirst()
    {
        using var signals = new TerminationSignals();
        Assert.Null(signals.Received);
        signals.Take(TerminationSignals.Sigint);
        signals.Take(Sigterm);

        Assert.Equal(TerminationSignals.Sigint, signals.Received);
    }
}
