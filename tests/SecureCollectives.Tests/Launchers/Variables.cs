namespace SecureCollectives.Tests.Launchers;

/// <summary>
/// Reads options from a test's variables. Each worker's certificate, key and CA are set to a placeholder unless the test sets them.
/// </summary>
internal static class Variables
{
    public static JobOptions Read(params (string Name, string Value)[] variables) => JobOptions.FromVariables(name =>
        variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault() ?? name switch
        {
            "SECURE_COLLECTIVES_CERTIFICATE" or "SECURE_COLLECTIVES_KEY" or "SECURE_COLLECTIVES_CA" => "/x",
            _ => null,
        });

    /// <param name="expected">The rank, world size, local rank, local world size, address and port of rank 0, and run id.</param>
    /// <param name="options">The options to check.</param>
    public static void AssertPlace((int, int, int?, int, string, int, string) expected, JobOptions options) => Assert.Equal(
        expected,
        (options.Rank, options.WorldSize, options.LocalRank, options.LocalWorldSize, options.MasterAddress, options.MasterPort,
            options.RunId));

    /// <summary>Asserts that reading or validating the options fails, and returns the error message.</summary>
    public static string Refusal(params (string Name, string Value)[] variables)
    {
        var failure = Assert.Throws<MembershipException>(() => Read(variables).Validate());
        Assert.Equal(MembershipError.Configuration, failure.Error);
        return failure.Message;
    }
}
