namespace SecureCollectives.Tests.Launchers;

/// <summary>An environment for a test, with what every worker is given beside its place.</summary>
internal static class Variables
{
    public static JobOptions Read(params (string Name, string Value)[] variables) => JobOptions.FromVariables(name =>
        variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault() ?? name switch
        {
            "SECURE_COLLECTIVES_CERTIFICATE" or "SECURE_COLLECTIVES_KEY" or "SECURE_COLLECTIVES_CA" => "/x",
            _ => null,
        });

    /// <param name="expected">Rank, world size, local rank, local world size, where rank 0 is, and the run id.</param>
    /// <param name="options">What was read.</param>
    public static void AssertPlace((int, int, int?, int, string, int, string) expected, JobOptions options) => Assert.Equal(
        expected,
        (options.Rank, options.WorldSize, options.LocalRank, options.LocalWorldSize, options.MasterAddress, options.MasterPort,
            options.RunId));

    /// <summary>What is wrong, told by reading or by joining.</summary>
    public static string Refusal(params (string Name, string Value)[] variables)
    {
        var failure = Assert.Throws<MembershipException>(() => Read(variables).Validate());
        Assert.Equal(MembershipError.Configuration, failure.Error);
        return failure.Message;
    }
}
