namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>What one engine takes to seal and to open, on one core. A frame costs a little before its first byte.</summary>
/// <param name="Engine">By its name.</param>
/// <param name="SealSecondsPerFrame">Of one frame, whatever its length.</param>
/// <param name="SealSecondsPerByte">Of its payload.</param>
/// <param name="OpenSecondsPerFrame">Of one frame, whatever its length.</param>
/// <param name="OpenSecondsPerByte">Of its payload.</param>
internal sealed record CipherCosts(
    string Engine, double SealSecondsPerFrame, double SealSecondsPerByte, double OpenSecondsPerFrame, double OpenSecondsPerByte)
{
    public double Seal(int bytes) => SealSecondsPerFrame + (bytes * SealSecondsPerByte);

    public double Open(int bytes) => OpenSecondsPerFrame + (bytes * OpenSecondsPerByte);
}
