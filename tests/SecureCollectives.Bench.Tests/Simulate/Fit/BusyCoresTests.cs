using SecureCollectives.Bench.Simulate.Fit;
using SecureCollectives.Bench.Tests.Simulate.Model;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Bench.Tests.Simulate.Fit;

/// <summary>Checks that the measured parameters are usable in a model, not how fast the machine is.</summary>
public sealed class BusyCoresTests
{
    [Fact]
    public void Measure_ThisMachine_GivesPossibleParameters()
    {
        var rates = new BusyCores();

        var parameters = TestParameters.Usual with
        {
            SecondsPerByteReduced = rates.SecondsPerByteReduced(),
            SecondsPerByteCopied = rates.SecondsPerByteCopied(),
            Cipher = rates.Cipher(AeadEngines.OpenSsl),
        };

        Assert.Null(parameters.Faulty());
        Assert.True(parameters.SecondsPerByteReduced > 0 && parameters.SecondsPerByteCopied > 0);
        Assert.True(parameters.Cipher.SealSecondsPerByte > 0 && parameters.Cipher.OpenSecondsPerByte > 0);
        Assert.Equal("OpenSSL", parameters.Cipher.Engine);
    }
}
