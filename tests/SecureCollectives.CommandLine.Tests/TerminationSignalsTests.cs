namespace SecureCollectives.CommandLine.Tests;

public sealed class TerminationSignalsTests
{
    private const int Sigterm = 15;

    /// <summary>A handler that is already queued runs even after its registration was disposed.</summary>
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
    public void Received_SeveralSignals_ReturnsTheFirst()
    {
        using var signals = new TerminationSignals();
        Assert.Null(signals.Received);
        signals.Take(TerminationSignals.Sigint);
        signals.Take(Sigterm);

        Assert.Equal(TerminationSignals.Sigint, signals.Received);
    }
}
