using SecureCollectives.Cli.Train;

namespace SecureCollectives.Cli.Tests.Train;

public sealed class MlpTests
{
    private static readonly float[] Image = [0.9f, 0.1f, 0.4f, 0.7f, 0.2f];

    [Fact]
    public void AddGradient_EveryParameter_EqualsTheDifferenceQuotient()
    {
        var model = new Mlp(inputs: 5, hidden: 4, outputs: 3, seed: 3);
        var gradient = new float[model.Parameters.Length];
        model.AddGradient(Image, label: 1, gradient);

        const float Step = 1e-3f;
        for (var i = 0; i < model.Parameters.Length; i++)
        {
            var original = model.Parameters[i];
            model.Parameters[i] = original + Step;
            var above = Loss(model);
            model.Parameters[i] = original - Step;
            var below = Loss(model);
            model.Parameters[i] = original;
            Assert.Equal((above - below) / (2 * Step), gradient[i], tolerance: 2e-3f);
        }

        Assert.Contains(gradient, value => MathF.Abs(value) > 0.05f);
    }

    [Fact]
    public void AddGradient_Twice_AddsUp()
    {
        var model = new Mlp(inputs: 5, hidden: 4, outputs: 3, seed: 3);
        var once = new float[model.Parameters.Length];
        var twice = new float[model.Parameters.Length];
        model.AddGradient(Image, label: 1, once);
        model.AddGradient(Image, label: 1, twice);
        model.AddGradient(Image, label: 1, twice);

        Assert.Equal(once.Select(value => 2 * value), twice);
    }

    [Fact]
    public void Parameters_SameSeed_AreTheSameBits()
    {
        var first = new Mlp(64, 32, 10, seed: 5);

        Assert.Equal(first.Parameters, new Mlp(64, 32, 10, seed: 5).Parameters);
        Assert.NotEqual(first.Parameters, new Mlp(64, 32, 10, seed: 6).Parameters);
        Assert.Equal(64 * 32 + 32 + 32 * 10 + 10, first.Parameters.Length);
    }

    [Fact]
    public void Step_ConstantGradient_GainsMomentum()
    {
        var optimizer = new MomentumOptimizer(length: 1, learningRate: 0.5f);
        float[] parameters = [10];
        optimizer.Step(parameters, [2]);
        Assert.Equal(9, parameters[0]);
        optimizer.Step(parameters, [2]);
        Assert.Equal(9 - 0.5f * (0.9f * 2 + 2), parameters[0], tolerance: 1e-6f);
    }

    private static float Loss(Mlp model) => model.AddGradient(Image, label: 1, new float[model.Parameters.Length]);
}
