using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Tests.Simulate.Model;

/// <summary>Parameters of machines that are none.</summary>
internal static class TestParameters
{
    /// <summary>
    /// Of a machine so slow that times can be added up by hand, in seconds: 1000 bytes sent 2, received 3, reduced 4 more, copied 5 more,
    /// sealed 7 more, opened 8 more.
    /// </summary>
    public static readonly ModelParameters ByHand = new()
    {
        SecondsPerFrame = 1,
        HandoffSeconds = 10,
        SecondsPerByteSent = 0.001,
        SecondsPerByteReceived = 0.002,
        SecondsPerByteReduced = 0.004,
        SecondsPerByteCopied = 0.005,
        SwitchSeconds = 0.5,
        Cipher = new CipherCosts(
            "none", SealSecondsPerFrame: 1, SealSecondsPerByte: 0.006, OpenSecondsPerFrame: 2, OpenSecondsPerByte: 0.006),
    };

    /// <summary>Like those of a machine of today.</summary>
    public static readonly ModelParameters Usual = new()
    {
        SecondsPerFrame = 3e-6,
        HandoffSeconds = 2e-6,
        SecondsPerByteSent = 1.1e-10,
        SecondsPerByteReceived = 1.3e-10,
        SecondsPerByteReduced = 7e-11,
        SecondsPerByteCopied = 5e-11,
        SwitchSeconds = 2.5e-6,
        Cipher = new CipherCosts("an engine", 2e-7, 9e-11, 3e-7, 8e-11),
    };
}
