namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>The time that one engine takes to seal and to open on one core: a fixed part per frame and a part per byte.</summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="SealSecondsPerFrame">Seconds to seal a frame, independent of its length.</param>
/// <param name="SealSecondsPerByte">Seconds to seal a byte of payload.</param>
/// <param name="OpenSecondsPerFrame">Seconds to open a frame, independent of its length.</param>
/// <param name="OpenSecondsPerByte">Seconds to open a byte of payload.</param>
internal sealed record CipherCosts(
    string Engine, double SealSecondsPerFrame, double SealSecondsPerByte, double OpenSecondsPerFrame, double OpenSecondsPerByte)
{
    public double Seal(int bytes) => SealSecondsPerFrame + (bytes * SealSecondsPerByte);

    public double Open(int bytes) => OpenSecondsPerFrame + (bytes * OpenSecondsPerByte);
}
