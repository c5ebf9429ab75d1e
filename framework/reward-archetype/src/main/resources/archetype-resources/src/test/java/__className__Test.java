package ${package};

import org.tempera.testkit.RewardContract;

/** What every reward must hold to. Add tests of what this one is for. */
public class ${className}Test extends RewardContract<${className}.Config> {
    @Override
    protected Class<${className}> providerType() {
        return ${className}.class;
    }

    @Override
    protected ${className}.Config config() {
        return new ${className}.Config(2);
    }
}
