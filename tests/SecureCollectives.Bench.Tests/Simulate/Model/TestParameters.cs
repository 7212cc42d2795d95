using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Tests.Simulate.Model;

/// <summary>Parameters of imaginary machines.</summary>
internal static class TestParameters
{
    /// <summary>
    /// A machine so slow that times can be computed by hand. For 1000 bytes, in seconds: 2 to send, 3 to receive, and in addition 4 to
    /// reduce, 5 to copy, 7 to seal and 8 to open.
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

    /// <summary>A typical machine.</summary>
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
