using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine.Tests;

public sealed partial class NoTraceTests
{
    private const int GetDumpable = 3;
    private const int SetDumpable = 4;

    [Fact]
    public void ApplyIf_Wanted_MakesTheProcessUndumpable()
    {
        Assert.Equal(1, Control(GetDumpable, 0, 0, 0, 0));
        NoTrace.ApplyIf(isWanted: false);
        Assert.Equal(1, Control(GetDumpable, 0, 0, 0, 0));
        try
        {
            NoTrace.ApplyIf(isWanted: true);
            Assert.Equal(0, Control(GetDumpable, 0, 0, 0, 0));
        }
        finally
        {
            _ = Control(SetDumpable, 1, 0, 0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);
}
